// Battery and storage, told to the server once a minute while the link stands.

const EVERY_MS = 60_000;

async function measure() {
  if (!navigator.getBattery) return null;
  const [battery, storage] = await Promise.all([navigator.getBattery(), navigator.storage?.estimate?.() ?? {}]);
  const health = { type: "health", battery: battery.level, charging: battery.charging };
  if (Number.isFinite(storage.quota)) health.storage_free = Math.max(0, Math.round(storage.quota - storage.usage));
  return health;
}

export function tellHealth(link) {
  const tell = async () => {
    const health = link.open ? await measure().catch(() => null) : null;
    if (health) link.sendNow(health);
  };
  setInterval(tell, EVERY_MS);
  return tell;
}
