import './workers.js';
import 'graphiql/style.css';
import './ide.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { signIn, signOut, token } from './session.js';

const WELCOME = `# Models, newest change first.
query Models {
  models(first: 10, order: [{ updatedAt: DESC }]) {
    nodes { name owner latestVersion { number state } }
    totalCount
  }
}
`;

const socketUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;

function SignIn({ onSignedIn }) {
  const [fault, setFault] = useState(null);
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    const wrong = await signIn(new FormData(event.target).get('token')).catch(() => 'The api does not answer.');
    setBusy(false);
    setFault(wrong);
    if (!wrong) onSignedIn();
  }
  return (
    <form className="sign-in" onSubmit={submit}>
      <h1>ModelHub GraphQL</h1>
      <label htmlFor="token">Service token, or a login link from <code>./modelhub login-link</code></label>
      <input id="token" name="token" type="password" autoComplete="off" required autoFocus aria-describedby="fault" />
      <p id="fault" role="alert">{fault}</p>
      <button disabled={busy}>Sign in</button>
      <p className="note">Kept in this tab until it is closed.</p>
    </form>
  );
}

function Ide({ onSignedOut }) {
  const fetcher = useMemo(() => {
    const authorization = `Bearer ${token()}`;
    return createGraphiQLFetcher({
      url: '/graphql',
      headers: { authorization },
      fetch: async (...request) => {
        const answer = await fetch(...request);
        if (answer.status === 401) onSignedOut();
        return answer;
      },
      wsClient: createClient({ url: socketUrl(), connectionParams: { authorization } }),
    });
  }, [onSignedOut]);
  return (
    <GraphiQL fetcher={fetcher} defaultQuery={WELCOME} inputValueDeprecation schemaDescription>
      <GraphiQL.Logo>
        <span className="brand">ModelHub</span>
        <button type="button" className="sign-out" onClick={onSignedOut}>Sign out</button>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

function Page() {
  const [signedIn, setSignedIn] = useState(token() !== null);
  const leave = useMemo(() => () => {
    signOut();
    setSignedIn(false);
  }, []);
  return signedIn ? <Ide onSignedOut={leave} /> : <SignIn onSignedIn={() => setSignedIn(true)} />;
}

createRoot(document.getElementById('ide')).render(<Page />);
