// Scanning with the device's own camera.

import { barcodeReader } from "../core/barcodereader.js";
import { t } from "../i18n/index.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";

const PAUSE_MS = 120;

export function cameraAvailable() {
  const reads = "BarcodeDetector" in window || "WebAssembly" in window;
  return reads && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Opens the viewfinder; the first code that is read twice in a row is scanned. */
export async function openCamera(app) {
  const video = h("video", { playsinline: true, muted: true });
  const words = h("p", { role: "status" }, t("camera.title"));
  let stream = null;
  let open = true;
  const dialog = openDialog(t("act.camera"), [h("div.viewfinder", {}, video), words], {
    onClose: () => { open = false; stream?.getTracks().forEach((track) => track.stop()); },
  });
  try {
    const reader = await barcodeReader(document.body.dataset.zxing);
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    video.srcObject = stream;
    await video.play();
    const code = await firstCode(reader, video, () => open);
    dialog.close();
    if (code) app.scan(code, "camera");
  } catch (error) {
    console.warn("camera", error);
    words.textContent = t("camera.none");
  }
}

async function firstCode(reader, video, going) {
  let last = null;
  while (going()) {
    const [found] = await reader.detect(video);
    if (found && found.rawValue === last) return last;
    last = found?.rawValue ?? null;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}
