const IS_BUILT = import.meta.url.endsWith('.js');

/**
 * The command line of one of Usher's commands: `npm run` in a checkout, `node` in a production install, which lacks the
 * tools that the scripts need.
 *
 * @param script the name in package.json
 * @param file the file in src/app/commands, without its ending
 */
export function commandLine(script: string, file: string, args: string): string {
  return IS_BUILT
    ? `node dist/app/commands/${file}.js ${args}`.trim()
    : `npm run -s ${script}${args && ` -- ${args}`}`;
}
