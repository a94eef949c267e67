import type { Formats } from './formats.ts';
import type { MessageFacts } from './message-facts.ts';

/** The words of a message in one language, before they become text or HTML. */
export interface MessageContent {
  subject: string;
  greeting: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  sms: string;
}

export type MessageTemplate = (facts: MessageFacts, formats: Formats) => MessageContent;
