/**
 * Channels: `/<ACTION>@<path or pattern>` (SUB-1).
 *
 * @packageDocumentation
 */
export const CHANNEL_ACTIONS = ["SET", "REMOVE", "ALL"] as const;

export type ChannelAction = (typeof CHANNEL_ACTIONS)[number];

export interface Channel {
  readonly action: ChannelAction;
  /** A path, a pattern, or `*` for a catch-all. */
  readonly path: string;
}

const CHANNEL = /^\/(SET|REMOVE|ALL)@(.*)$/s;

/** The channel that a text names; null when it names none. */
export function parseChannel(text: string): Channel | null {
  const found = CHANNEL.exec(text);
  if (found === null) return null;
  return { action: found[1] as ChannelAction, path: found[2] ?? "" };
}

export function formatChannel(channel: Channel): string {
  return `/${channel.action}@${channel.path}`;
}

/** Whether a path is a pattern: it contains `*` (STO-6, SUB-5). */
export function isPattern(path: string): boolean {
  return path.includes("*");
}
