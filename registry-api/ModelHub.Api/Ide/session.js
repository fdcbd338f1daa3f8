// Who is signed in, in this tab only: the token lies in the tab's session storage, never in a cookie, so no other page can use it.
const KEY = 'modelhub:token';

export const token = () => sessionStorage.getItem(KEY);
export const signOut = () => sessionStorage.removeItem(KEY);

/** Signs in with a service token, or with a one-time login link or its code. Returns what is wrong, or null. */
export async function signIn(given) {
  const text = given.trim();
  const found = text.startsWith('mh_') ? text : await redeem(text);
  if (!found) return 'This login link is unknown, used or too old.';
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${found}` },
    body: '{"query":"{ __typename }"}',
  });
  if (answer.status === 401) return 'This token is not accepted.';
  sessionStorage.setItem(KEY, found);
  return null;
}

async function redeem(text) {
  const code = URL.canParse(text) ? new URL(text).searchParams.get('code') : text;
  const answer = await fetch(`/api/v1/access/login-links/${encodeURIComponent(code ?? '')}/redeem`, { method: 'POST' });
  return answer.ok ? (await answer.json()).token : null;
}
