import { createRequire } from 'node:module';

/**
 * An SVG as PNG at twice its size, on white. Fonts come from the `dejavu-fonts-ttf` package alone, so that every machine
 * draws the same picture: resvg drops text silently when it finds no TrueType font. It is drawn on another thread.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  // Loaded on demand: a native library that only this needs.
  const { renderAsync } = await import('@resvg/resvg-js');
  const require = createRequire(import.meta.url);
  const image = await renderAsync(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
        require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
      ),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  return image.asPng();
}
