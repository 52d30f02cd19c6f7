// The server's REST calls that a tablet makes. Every refusal becomes an ApiError with the server's stable code;
// a network failure becomes one with the code `offline`, so that callers handle one kind of error.

export class ApiError extends Error {
  constructor({ status = 0, code = "offline", detail = "" }) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** True where the same call may be made again with the same key and a better end. */
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.code === "idempotency_key_running";
  }
}

export class Api {
  constructor(base, token = () => null) {
    this.base = base;
    this.token = token;
  }

  enrol(code) { return this.#call("POST", "device/enrol", { body: { code }, bare: true }); }
  device() { return this.#call("GET", "device"); }
  ticket() { return this.#call("POST", "device/ticket", { body: {} }); }
  keys() { return this.#call("GET", "catalogue/keys").then(({ results }) => results); }
  product(code) { return this.#call("GET", `catalogue/products/${encodeURIComponent(code)}`); }
  checkout(id) { return this.#call("GET", `checkouts/${id}`); }

  search(query, limit = 20) {
    const asked = new URLSearchParams({ q: query, limit });
    return this.#call("GET", `catalogue/search?${asked}`).then(({ results }) => results);
  }

  confirm(checkout, revision) {
    const key = `confirm-${checkout}-${revision}`;
    return this.#call("POST", `checkouts/${checkout}/confirm`, { body: { revision }, key });
  }

  openCheckout(trip, { key, language }) {
    return this.#call("POST", `trips/${trip}/checkout`, { body: { language }, key });
  }

  pay(checkout, { key, method = "card", source, amount, tip }) {
    const body = { method, source, ...(amount ? { amount } : {}), ...(tip ? { tip } : {}) };
    return this.#call("POST", `checkouts/${checkout}/payments`, { body, key, patience: 40_000 });
  }

  release(payment, key) {
    return this.#call("POST", `payments/${payment}/void`, { body: {}, key, patience: 40_000 });
  }

  async #call(method, path, { body, key, bare = false, patience = 10_000 } = {}) {
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    if (!bare && this.token()) headers.Authorization = `Device ${this.token()}`;
    const response = await this.#fetch(this.base + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(patience),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError({ status: response.status, code: answer.code ?? "error", detail: answer.detail });
    return answer;
  }

  async #fetch(url, options) {
    try {
      return await fetch(url, options);
    } catch {
      throw new ApiError({});
    }
  }
}
