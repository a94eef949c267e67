import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ServerAddress } from './connect.ts';

/** 'ushr' in ASCII. Any constant would do, since the server is ours. */
const LOCK = 0x75736872;
/** The backend of a killed owner may keep the lock for a moment. */
const TIMEOUT_MS = 2_000;
const PAUSE_MS = 50;
const RETAKE_AFTER_MS = 1_000;

export interface OwnershipLock {
  release(): Promise<void>;
}

/**
 * Makes this process the owner of the server until it ends: the lock belongs to a connection. If the connection breaks
 * later, since the server crashed or was stopped, the lock is taken again once the server is back.
 *
 * @returns null if another running process is the owner
 * @throws errors of the connection, if the server stops meanwhile
 */
export async function takeOwnership(address: ServerAddress): Promise<OwnershipLock | null> {
  let isHeld = false;
  const sql = connect(address, () => {
    if (isHeld) setTimeout(() => isHeld && tryLock().catch(() => undefined), RETAKE_AFTER_MS).unref();
  });
  const tryLock = async () => {
    const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as locked`;
    return row?.locked === true;
  };
  const release = async () => {
    isHeld = false;
    await sql.end({ timeout: 1 });
  };
  try {
    const giveUp = Date.now() + TIMEOUT_MS;
    while (!isHeld && Date.now() < giveUp) {
      isHeld = await tryLock();
      if (!isHeld) await sleep(PAUSE_MS);
    }
  } catch (error) {
    await release();
    throw error;
  }
  if (isHeld) return { release };
  await release();
  return null;
}
