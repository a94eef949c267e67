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
        Who is going to the movies?
      </h1>
      {ended && <p role="alert">Your session has ended. Sign in again.</p>}
      {users === 'loading' && <p role="status">Loading …</p>}
      {users === 'unreachable' && (
        <Notice title="Usher cannot be reached" alert>
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
      <p className="muted">People of the demo. Pick one to see their bookings.</p>
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
      <p className="muted">This server has no demo users. Paste a token of its issuer.</p>
      <label>
        Token
        <input name="token" type="password" required autoComplete="off" />
      </label>
      <button type="submit" className="primary">
        Sign in
      </button>
    </form>
  );
}
