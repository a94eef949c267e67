const IS_BUILT = import.meta.url.endsWith('.js');

/**
 * How a person runs a command of Usher: by npm in a checkout; by node where only the build is installed, without the tools
 * that npm's scripts need.
 *
 * @param script of package.json
 * @param file in src/app/commands, without its ending
 */
export function commandLine(script: string, file: string, args: string): string {
  return IS_BUILT
    ? `node dist/app/commands/${file}.js ${args}`.trim()
    : `npm run -s ${script}${args && ` -- ${args}`}`;
}
