import { type FormEvent, useEffect, useState } from 'react';
import { Notice } from '../text/notice.tsx';
import { usePageTitle } from '../text/use-page-title.ts';
import type { Session } from './use-session.ts';

interface DemoUser extends Session {
  email: string | null;
}

type Users = 'loading' | 'unreachable' | DemoUser[];

/** The demo's people; an API in production has none, and then its issuer's token is asked for. */
async function readDemoUsers(): Promise<Users> {
  try {
    const response = await fetch('/demo/users');
    return response.ok ? await response.json() : [];
  } catch {
    return 'unreachable';
  }
}

export function SignIn({ ended, onSignIn }: { ended: boolean; onSignIn(session: Session): void }) {
  const heading = usePageTitle('Sign in');
  const [users, setUsers] = useState<Users>('loading');
  const load = () => void readDemoUsers().then(setUsers);
  useEffect(load, []);

  return (
    <section className="sign-in">
      <h1 ref={heading} tabIndex={-1}>
        Sign in
      </h1>
      {ended && <p role="alert">You have been signed out. Please sign in again.</p>}
      {users === 'loading' && <p role="status">Loading…</p>}
      {users === 'unreachable' && (
        <Notice title="We cannot reach Usher" alert>
          <p>Check your internet connection, or try again in a minute.</p>
          <button type="button" onClick={load}>
            Try again
          </button>
        </Notice>
      )}
      {Array.isArray(users) &&
        (users.length > 0 ? (
          <DemoUsers users={users} onSignIn={onSignIn} />
        ) : (
          <TokenForm onSignIn={onSignIn} />
        ))}
    </section>
  );
}

function DemoUsers({ users, onSignIn }: { users: DemoUser[]; onSignIn(session: Session): void }) {
  return (
    <>
      <p className="muted">This is a demo. Choose a person to see their bookings.</p>
      <ul className="people">
        {users.map(({ name, email, token }) => (
          <li key={token}>
            <button type="button" className="person" onClick={() => onSignIn({ name, token })}>
              <span className="initial" aria-hidden="true">
                {[...name][0]}
              </span>
              <span>
                <strong>{name}</strong>
                <small>{email}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function TokenForm({ onSignIn }: { onSignIn(session: Session): void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token')).trim();
    if (token) onSignIn({ name: 'Signed in', token });
  };
  return (
    <form onSubmit={submit}>
      <p className="muted">Paste the access token that your sign-in service gave you.</p>
      <label>
        Access token
        <input name="token" type="password" required autoComplete="off" />
      </label>
      <button type="submit" className="primary">
        Sign in
      </button>
    </form>
  );
}
