// Barcodes in a picture: by the browser's own detector, or by zxing-wasm where it has none (Firefox, Safari, desktops).
// zxing (its ES module and 0.9 MB of WebAssembly) is fetched from our own server the first time that it is needed.

const NATIVE = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf", "qr_code", "data_matrix"];
const ZXING = ["EAN13", "EAN8", "UPCA", "UPCE", "Code128", "ITF", "QRCode", "DataMatrix"];

/** The formats that this browser's own detector reads: none where it has no detector. */
async function nativeFormats() {
  const known = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return NATIVE.filter((format) => known?.includes(format));
}

let zxing = null;

function loadZxing(base) {
  zxing ??= import(`${base}es/reader/index.js`).then(async (module) => {
    const locateFile = (name) => `${base}reader/${name}`;
    await module.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
    return module;
  }).catch((error) => { zxing = null; throw error; });
  return zxing;
}

/** A reader of pictures, as zxing sees them: pixels of whatever can be drawn. */
class ZxingReader {
  constructor(module) {
    this.module = module;
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  async detect(source) {
    const width = source.videoWidth || source.naturalWidth || source.width;
    const height = source.videoHeight || source.naturalHeight || source.height;
    if (!width || !height) return [];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.pen.drawImage(source, 0, 0);
    const pixels = this.pen.getImageData(0, 0, width, height);
    const found = await this.module.readBarcodes(pixels, { formats: ZXING, maxNumberOfSymbols: 1 });
    return found.filter(({ isValid }) => isValid).map(({ text }) => ({ rawValue: text }));
  }
}

/** An object with `detect(source)`, which gives [{rawValue}]. `base`: where zxing's files lie. Rejects without either. */
export async function barcodeReader(base) {
  const formats = await nativeFormats();
  return formats.length ? new BarcodeDetector({ formats }) : new ZxingReader(await loadZxing(base));
}
