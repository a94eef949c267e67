import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface Journal<Line> {
  /** What earlier processes wrote. */
  lines: Line[];
  /** Returns when the line is on the disk. */
  append(line: Line): void;
  close(): void;
}

/**
 * A file of JSON lines that only grows. A kill in the middle of writing leaves a last line that is torn: nobody was
 * answered for it, and it is cut off. Writing is synchronous, so that what is decided and what is kept never differ.
 */
export function openJournal<Line>(file: string): Journal<Line> {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+');
  const text = readFileSync(file);
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) ftruncateSync(descriptor, end);

  const lines = text.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return {
    lines: lines.map((line): Line => JSON.parse(line)),
    append(line) {
      writeSync(descriptor, `${JSON.stringify(line)}\n`);
      fdatasyncSync(descriptor);
    },
    close: () => closeSync(descriptor),
  };
}
