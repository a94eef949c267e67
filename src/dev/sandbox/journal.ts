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
  /** The lines of earlier processes. */
  lines: Line[];
  /** Returns once the line is on the disk. */
  append(line: Line): void;
  close(): void;
}

/**
 * Opens an append-only file of JSON lines. A kill during a write leaves a torn last line, which is removed: its request
 * was not answered. Writes are synchronous, so the memory and the file never differ.
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
