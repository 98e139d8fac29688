/**
 * The URL of a running server, as given on the command line and as connected to.
 *
 * @packageDocumentation
 */

/** Path and query of happn's own clients (FRM-1). */
const PATH = "/primus/";
const QUERY = "?_primuscb=happnstance";

/**
 * The URL to connect to: `ws://host:port` alone means happn's path there.
 * @returns null where the text is no URL of a WebSocket
 */
export function serverUrlOf(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") return null;
  if (url.hostname === "" || url.hash !== "" || url.username !== "") return null;
  if (url.pathname === "/" || url.pathname === "") url.pathname = PATH;
  if (url.search === "" && /\/primus\/?$/.test(url.pathname)) url.search = QUERY;
  return url.href;
}

/** What a person calls the server: without path and query. */
export function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
