import { useCallback, useState } from 'react';

export interface Session {
  name: string;
  token: string;
}

const KEY = 'my-bookings-session';

function stored(): Session | null {
  const text = sessionStorage.getItem(KEY);
  return text ? (JSON.parse(text) as Session) : null;
}

/** Who is signed in, for as long as the tab is open. */
export function useSession() {
  const [session, setSession] = useState(stored);
  const [ended, setEnded] = useState(false);

  const signIn = useCallback((next: Session) => {
    sessionStorage.setItem(KEY, JSON.stringify(next));
    setEnded(false);
    setSession(next);
  }, []);
  const leave = useCallback((hasEnded: boolean) => {
    sessionStorage.removeItem(KEY);
    setEnded(hasEnded);
    setSession(null);
  }, []);
  const signOut = useCallback(() => leave(false), [leave]);
  /** The API no longer takes the token. */
  const endSession = useCallback(() => leave(true), [leave]);
  return { session, ended, signIn, signOut, endSession };
}
