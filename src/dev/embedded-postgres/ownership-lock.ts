import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ServerAddress } from './connect.ts';

/** 'ushr' in ASCII: any constant would do, in a server of our own. */
const LOCK = 0x75736872;
/** The backend of an owner killed a moment ago may hold on a little. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 50;
const RETAKE_AFTER_MS = 1_000;

export interface OwnershipLock {
  release(): Promise<void>;
}

/**
 * Makes this process the owner of the server for as long as it lives: the lock goes with the connection.
 *
 * When the connection breaks later (the server crashed and recovered, or was stopped) nothing is thrown: the
 * lock is taken again as soon as the server is back.
 *
 * @returns null when another living process is the owner
 * @throws errors of the connection, when the server goes away meanwhile
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
    const giveUp = Date.now() + PATIENCE_MS;
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
