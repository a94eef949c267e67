import type { Formats } from './formats.ts';
import type { MessageFacts } from './message-facts.ts';

/** The content of a message in one language, before it is laid out as text or HTML. */
export interface MessageContent {
  subject: string;
  greeting: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  sms: string;
}

/** Writes a message in one language. */
export type MessageTemplate = (facts: MessageFacts, formats: Formats) => MessageContent;
