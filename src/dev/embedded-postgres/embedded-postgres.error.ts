import { OperatorError } from '../../platform/errors/operator-error.ts';

/** The embedded database cannot be used. The message is one line. */
export class EmbeddedPostgresError extends OperatorError {
  override name = 'EmbeddedPostgresError';
}

const FOLDER_REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  // Node's code if it cannot create a folder on a read-only disk.
  ENOENT: 'it does not exist and cannot be made',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file is in the way',
  ENOTEMPTY: 'something else is in the way',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'symbolic links go in a circle',
};

/** Explains an error of the file system in one line. Returns any other error unchanged. */
export function explainFolderError(dataFolder: string, error: unknown): unknown {
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const reason = code === undefined ? undefined : FOLDER_REASONS[code];
  if (reason === undefined || error instanceof EmbeddedPostgresError) return error;
  return new EmbeddedPostgresError(
    `Cannot use ${dest ?? path ?? dataFolder} for the embedded database: ${reason} (${code}). ` +
      'Make the folder writable for this user, or set DATABASE_URL.',
    { cause: error },
  );
}
