/**
 * Text in lines of a given width.
 *
 * @packageDocumentation
 */

/** The lines of a text, broken at spaces; a word that is longer than a line is cut where it must be. */
export function wrapped(text: string, columns: number): readonly string[] {
  const width = Math.max(10, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const extended = line === "" ? word : `${line} ${word}`;
    if (extended.length <= width) {
      line = extended;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
