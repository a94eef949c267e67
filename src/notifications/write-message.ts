import { plainName } from '../platform/text/plain-text.ts';
import { englishTemplate } from './en-in.message-template.ts';
import { createFormats } from './formats.ts';
import { hindiTemplate } from './hi-in.message-template.ts';
import type { MessageFacts } from './message-facts.ts';
import type { MessageContent } from './message-template.ts';
import { smsText } from './sms-text.ts';

/** A message in all its formats. Text and HTML have the same content. */
export interface Message {
  subject: string;
  text: string;
  html: string;
  sms: string;
}

const ENGLISH = {
  lang: 'en-IN',
  unnamed: 'a movie',
  template: englishTemplate,
  formats: createFormats('en-IN'),
};
const HINDI = { lang: 'hi-IN', unnamed: 'फ़िल्म', template: hindiTemplate, formats: createFormats('hi-IN') };

/** Writes a message in Hindi for users with a Devanagari locale, in English for everybody else. */
export function writeMessage(facts: MessageFacts): Message {
  const { lang, unnamed, template, formats } = /^hi(-Deva)?(-IN)?$/i.test(facts.user.locale)
    ? HINDI
    : ENGLISH;
  const content = withoutEmpty(template(cleaned(facts, unnamed), formats));
  return {
    subject: content.subject,
    text: toText(content),
    html: toHtml(content, lang),
    sms: smsText(content.sms),
  };
}

/** Names and reasons are untrusted: they must not break a line, change the text direction or be overlong. */
function cleaned(facts: MessageFacts, unnamed: string): MessageFacts {
  const { name, city } = facts.theater;
  return {
    ...facts,
    user: { ...facts.user, name: plainName(facts.user.name) },
    movie: plainName(facts.movie) || unnamed,
    theater: { ...facts.theater, name: plainName(name), city: plainName(city) },
    screen: plainName(facts.screen),
    seats: facts.seats.map(plainName),
    bankReference: facts.bankReference && plainName(facts.bankReference),
    failureReason: facts.failureReason && plainName(facts.failureReason),
  };
}

/** A name that is missing has no line. */
function withoutEmpty(content: MessageContent): MessageContent {
  return { ...content, facts: content.facts.filter(({ value }) => value !== '') };
}

function toText({ greeting, paragraphs, facts }: MessageContent): string {
  const list = facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
  return `${[greeting, ...paragraphs, list, 'Usher'].join('\n\n')}\n`;
}

/** Sets no colours, so that it is readable in light and dark mode. Loads nothing. */
function toHtml({ subject, greeting, paragraphs, facts }: MessageContent, lang: string): string {
  const cell = 'padding:4px 12px 4px 0;text-align:left;vertical-align:top';
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th scope="row" style="${cell};font-weight:normal">${escapeHtml(label)}:</th>` +
      `<td style="${cell}"><bdi><strong>${escapeHtml(value)}</strong></bdi></td></tr>`,
  );
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif">
<div style="max-width:36em;margin:0 auto">
${[greeting, ...paragraphs].map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
<table style="border-collapse:collapse">
${rows.join('\n')}
</table>
<p>Usher</p>
</div>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
