// A pairing link (the QR in the admin) carries the one-time code; it is taken out of the address at once.

/** The code in `?code=` or `#code=` of this page's address, or an empty text. */
export function codeFromAddress() {
  const { search, hash, pathname } = location;
  const code = new URLSearchParams(search).get("code") ?? new URLSearchParams(hash.slice(1)).get("code");
  if (code) history.replaceState(null, "", pathname);
  return code ?? "";
}
