import { type Browser, chromium } from 'playwright-core';
import { atEnd } from '../support/at-end.ts';

/** A real Chromium, Debian's unless CHROMIUM_PATH names another. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    // Its sandbox refuses to run as root, as whom tests run in containers.
    args: ['--no-sandbox'],
  });
  atEnd(() => browser.close());
  return browser;
}
