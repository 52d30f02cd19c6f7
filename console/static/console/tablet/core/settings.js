// The shopper's settings, and the card reader of this cart that staff have named: on disk, and on the root element where the style sheets read them.

import * as db from "./db.js";

const KEY = "settings";
const DEFAULTS = { language: null, text: false, contrast: false, left: false, sound: false, reader: "" };

export async function loadSettings() {
  return { ...DEFAULTS, ...(await db.get(KEY)) };
}

export function saveSettings(settings) {
  return db.put(KEY, settings);
}

export function showSettings({ text, contrast, left }, root = document.documentElement) {
  root.dataset.text = text ? "large" : "normal";
  root.dataset.contrast = contrast ? "high" : "normal";
  root.dataset.hand = left ? "left" : "right";
}
