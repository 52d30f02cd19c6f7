// The tablet's storage. Everything that must survive a reload or a power cut is in one IndexedDB database:
// `kv` (token, settings, the last basket shown), `stream` (this cart's stream and its next seq), `events` (not yet
// acknowledged, by seq). Writes resolve on the transaction's `complete`, never on the request's success: a request
// may succeed in a transaction that then fails.

const NAME = "cart-tablet";
const VERSION = 1;

let opening = null;

export function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kv");
      request.result.createObjectStore("stream");
      request.result.createObjectStore("events", { keyPath: "seq" });
    };
    request.onsuccess = () => {
      // Another tab that deletes or upgrades the database must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Runs `work(stores)` in one transaction; resolves with what it returns once the transaction is on disk. */
export async function transact(names, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: "strict" });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    let value;
    transaction.oncomplete = () => resolve(value);
    transaction.onabort = () => reject(transaction.error ?? new Error("storage aborted"));
    Promise.resolve(work(stores)).then(
      (result) => { value = result; },
      (reason) => { reject(reason); try { transaction.abort(); } catch { /* it has ended already */ } },
    );
  });
}

/** A request as a promise, for use inside `transact`. */
export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function get(key) {
  return transact(["kv"], "readonly", ({ kv }) => done(kv.get(key)));
}

export function put(key, value) {
  return transact(["kv"], "readwrite", ({ kv }) => done(kv.put(value, key)));
}

export function remove(key) {
  return transact(["kv"], "readwrite", ({ kv }) => done(kv.delete(key)));
}
