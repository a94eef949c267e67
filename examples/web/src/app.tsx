import { ApolloProvider } from '@apollo/client/react';
import { useMemo } from 'react';
import { Link, Route, Switch } from 'wouter';
import { createClient } from './api/client.ts';
import { TicketPage } from './details/ticket-page.tsx';
import { MyBookings } from './list/my-bookings.tsx';
import { SignIn } from './session/sign-in.tsx';
import { useSession } from './session/use-session.ts';
import { Notice } from './text/notice.tsx';

export function App() {
  const { session, ended, signIn, signOut, endSession } = useSession();
  // A client for each session: nobody finds in the cache what another person has read.
  const client = useMemo(() => session && createClient(session.token, endSession), [session, endSession]);
  return (
    <>
      <header className="top">
        <Link href="/" className="brand">
          Usher
        </Link>
        {session && (
          <p className="who">
            <span>{session.name}</span>
            <button type="button" className="quiet" onClick={signOut}>
              Sign out
            </button>
          </p>
        )}
      </header>
      <main>
        {client ? (
          <ApolloProvider client={client}>
            <Switch>
              <Route path="/" component={MyBookings} />
              <Route path="/tickets/:id">{({ id }) => <TicketPage key={id} id={id} />}</Route>
              <Route>
                <Notice title="This page does not exist">
                  <Link href="/">Go to my bookings</Link>
                </Notice>
              </Route>
            </Switch>
          </ApolloProvider>
        ) : (
          <SignIn ended={ended} onSignIn={signIn} />
        )}
      </main>
    </>
  );
}
