/** A picture in pixels of one in vectors. */
import type { Picture } from "./svg";

const SHARP = 2;
/** More pixels than this a browser may refuse to draw. */
const MOST_SIDE = 8192;

export async function pngOf({ svg, width, height }: Picture): Promise<Blob> {
  const scale = Math.min(SHARP, MOST_SIDE / Math.max(width, height));
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("The browser could not draw it.")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
