/**
 * An error that the person who runs the program can fix. The message says what is wrong and what to do, and is printed
 * without a stack.
 */
export class OperatorError extends Error {}
