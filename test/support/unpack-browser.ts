/**
 * Before the first file that needs it: the browser from npm is unpacked when its path is first asked for, and two files that ask at
 * once would meet half of it.
 */
export async function setup(): Promise<void> {
  const own = process.env['CHROME_PATH'];
  if ((own !== undefined && own !== '') || process.platform !== 'linux' || process.arch !== 'x64') return;
  const { default: packaged } = await import('@sparticuz/chromium');
  await packaged.executablePath();
}
