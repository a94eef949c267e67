import { type Browser, chromium } from 'playwright-core';

/** A real Chromium, Debian's unless CHROMIUM_PATH names another. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    // Its sandbox refuses to run as root, as whom tests run in containers.
    args: ['--no-sandbox'],
  });
}
