import { describe, expect, it } from 'vitest';
import type { MessageFacts } from '../../src/notifications/message-facts.ts';
import { writeMessage } from '../../src/notifications/write-message.ts';
import { FACTS } from './message-facts.ts';
import { smsSegments } from './sms-segments.ts';

const EVENTS = ['TICKET_CANCELLED', 'REFUND_PROCESSED', 'REFUND_FAILED'] as const;
const LOCALES = ['en-IN', 'hi-IN'] as const;
const EVERY_LETTER = LOCALES.flatMap((locale) => EVENTS.map((event) => [locale, event] as const));

const inLocale = (locale: string, facts: Partial<MessageFacts> = {}) =>
  writeMessage({ ...FACTS, ...facts, user: { ...FACTS.user, ...facts.user, locale } });
const inEnglish = (facts: Partial<MessageFacts> = {}) => inLocale('en-IN', facts);

/** What a reader of the HTML reads. */
function readHtml(html: string): string {
  return html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<\/(p|tr|th)>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the three messages', () => {
  it('a cancellation tells ticket, show, seats, and what comes back when', () => {
    const { subject, text } = inEnglish();
    expect(subject).toBe('Your ticket is cancelled: Avengers: Endgame, Sun, 15 Dec 2024, 11:30 pm IST');
    expect(text).toBe(`Hello Asha Rao,

Your ticket TKT-20241215-ABC123 for Avengers: Endgame is cancelled.

₹333 goes back to where you paid from. Expect it from Wed, 18 Dec 2024 to Fri, 20 Dec 2024 (3-5 business days).

Ticket: TKT-20241215-ABC123
Movie: Avengers: Endgame
Show: Sun, 15 Dec 2024, 11:30 pm IST
Theatre: PVR Phoenix, Mumbai
Screen: Screen 1
Seats: A1, A2
Paid: ₹370
Cancellation fee: ₹37
Refund: ₹333

Usher
`);
  });

  it('a processed refund names its amount and, once known, the reference of the bank', () => {
    const { subject, text, sms } = inEnglish({ event: 'REFUND_PROCESSED' });
    expect(subject).toBe('Your refund of ₹333 has been sent');
    expect(text).toContain('Bank reference: 434512345678\n');
    expect(sms).toContain('434512345678');
    const early = inEnglish({ event: 'REFUND_PROCESSED', bankReference: null });
    expect(`${early.text}${early.html}${early.sms}`).not.toMatch(/reference|null/i);
  });

  it('a failed refund says why, and does without a reason that is not known', () => {
    const failed = inEnglish({ event: 'REFUND_FAILED' });
    // The reason may say that it was paid, or whom to ask: the rest of the message must not contradict it.
    expect(`${failed.text}${failed.sms}`).not.toMatch(/still yours|need not/);
    expect(failed.text).toContain('please name the ticket TKT-20241215-ABC123');
    expect(failed.subject).toBe('Your refund of ₹333 could not be paid');
    expect(failed.text).toContain('The reason: The account is closed.');
    const { text } = inEnglish({ event: 'REFUND_FAILED', failureReason: null });
    expect(text).not.toMatch(/reason|null/);
  });

  it.each([
    ['the fee took all', { paid: 37_000n, fee: 37_000n }, 'The cancellation fee is as high as what you paid'],
    ['nothing had been paid', { paid: 0n, fee: 0n }, 'You had paid nothing for it'],
  ])('a refund of nothing is said to be none: %s', (_, amounts, words) => {
    const { text, sms } = inEnglish({ ...amounts, refund: 0n });
    expect(text).toContain(`${words}`);
    expect(text).toContain('so there is no refund.');
    expect(text).not.toMatch(/goes back|Expect/);
    expect(sms).toMatch(/There is no refund\.$/);
  });
});

describe('the locales', () => {
  it('writes Hindi to readers of Hindi', () => {
    const { subject, text } = inLocale('hi-IN');
    expect(subject).toBe('आपका टिकट रद्द हो गया है: Avengers: Endgame, रवि, 15 दिस॰ 2024, 11:30 pm IST');
    expect(text).toContain('नमस्ते Asha Rao,');
    expect(text).toContain('रिफ़ंड: ₹333');
    expect(text).toContain('बुध, 18 दिस॰ 2024 से शुक्र, 20 दिस॰ 2024 के बीच (3-5 कार्य दिवस)');
    expect(inLocale('hi-IN', { event: 'REFUND_PROCESSED' }).text).toContain('बैंक संदर्भ: 434512345678');
    expect(inLocale('hi-IN', { event: 'REFUND_FAILED' }).text).toContain('कारण: The account is closed.');
    expect(inLocale('hi-IN', { refund: 0n }).text).toContain('कोई रिफ़ंड नहीं है');
  });

  it.each(['hi', 'hi-IN', 'HI-in', 'hi-Deva-IN'])('%s is Hindi', (locale) => {
    expect(inLocale(locale).html).toContain('<html lang="hi-IN">');
  });

  it.each(['en-IN', 'en-US', 'mr-IN', 'hi-Latn-IN', 'hil', '', 'not a locale'])('%s is English', (locale) => {
    expect(inLocale(locale).html).toContain('<html lang="en-IN">');
  });

  it.each(LOCALES)('%s writes rupees in lakhs and crores, to the last paisa if there are any', (locale) => {
    expect(inLocale(locale, { paid: 12_345_600n }).text).toContain('₹1,23,456\n');
    expect(inLocale(locale, { paid: 12_345_650n }).text).toContain('₹1,23,456.50');
    expect(inLocale(locale, { paid: 9_007_199_254_740_993_01n }).text).toContain(
      '₹9,00,71,99,25,47,40,993.01',
    );
    expect(inLocale(locale, { paid: 5n }).text).toContain('₹0.05');
  });

  it.each([
    ['Asia/Kolkata', 'Sun, 15 Dec 2024, 11:30 pm IST'],
    ['America/New_York', 'Sun, 15 Dec 2024, 1:00 pm GMT-5'],
    ['Asia/Kathmandu', 'Sun, 15 Dec 2024, 11:45 pm GMT+5:45'],
    ['Mars/Olympus_Mons', 'Sun, 15 Dec 2024, 6:00 pm UTC'],
    ['', 'Sun, 15 Dec 2024, 6:00 pm UTC'],
  ])('the time is that of a theatre in %s, with its label', (timeZone, time) => {
    expect(inEnglish({ theater: { ...FACTS.theater, timeZone } }).text).toContain(`Show: ${time}\n`);
  });

  it.each([
    ['America/Vancouver', '2026-12-15T12:00:00Z', 'Tue, 15 Dec 2026, 5:00 am GMT-7'],
    ['America/Edmonton', '2026-12-15T12:00:00Z', 'Tue, 15 Dec 2026, 6:00 am GMT-6'],
    ['America/Vancouver', '2025-12-15T12:00:00Z', 'Mon, 15 Dec 2025, 4:00 am GMT-8'],
    ['America/New_York', '2026-11-01T05:30:00Z', 'Sun, 1 Nov 2026, 1:30 am GMT-4'],
    ['America/New_York', '2026-11-01T06:30:00Z', 'Sun, 1 Nov 2026, 1:30 am GMT-5'],
  ])('in %s at %s it is %s, whatever time zone data Node has', (timeZone, at, time) => {
    const facts = { theater: { ...FACTS.theater, timeZone }, showStart: new Date(at) };
    const { subject, text, sms } = inEnglish(facts);
    expect(text).toContain(`Show: ${time}\n`);
    expect(subject).toContain(time);
    expect(sms).toContain(time);
  });
});

describe('every message', () => {
  it.each(EVERY_LETTER)('%s %s says the same as text and as HTML', (locale, event) => {
    const { text, html } = inLocale(locale, { event, movie: `Tom & "Jerry's" <3` });
    expect(readHtml(html)).toBe(text.replace(/\s+/g, ' ').trim());
  });

  it.each(EVERY_LETTER)('%s %s loads nothing and sets no colours', (locale, event) => {
    const { html } = inLocale(locale, { event });
    expect(html).not.toMatch(/<(img|link|script|style|a|iframe)\b|url\(|https?:|background|[^-]color:/);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
  });

  it.each(EVERY_LETTER)(
    '%s %s lets no name be markup, break a line or turn the direction',
    (locale, event) => {
      const evil = '<b>x</b>\r\nBcc: all@example.com\u202e\u2066\u0000\u2028& "q"';
      const { subject, text, html, sms } = inLocale(locale, {
        event,
        movie: evil,
        screen: evil,
        bankReference: evil,
        failureReason: evil,
        seats: [evil],
        theater: { ...FACTS.theater, name: evil, city: evil },
        user: { ...FACTS.user, name: evil },
      });
      expect(`${subject}${sms}`).not.toMatch(/[\r\n]/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(`${subject}${text}${html}${sms}`).not.toMatch(/[\r\u0000\u2028\u202a-\u202e\u2066-\u2069]/);
      expect(text).not.toMatch(/^Bcc/m);
      expect(html).not.toContain('<b>');
      expect(html).toContain('&lt;b&gt;x&lt;/b&gt; Bcc: all@example.com &amp; &quot;q&quot;');
    },
  );

  it.each(EVERY_LETTER)('%s %s stays short whatever its names are', (locale, event) => {
    const endless = '<'.repeat(100_000);
    const { subject, text, sms } = inLocale(locale, {
      event,
      movie: endless,
      screen: endless,
      bankReference: endless,
      failureReason: endless,
      theater: { ...FACTS.theater, name: endless, city: endless },
      user: { ...FACTS.user, name: endless },
    });
    expect(subject.length).toBeLessThan(200);
    expect(text.length).toBeLessThan(4_000);
    expect(sms.length).toBeLessThan(300);
  });

  it.each(['', '\u200b\u2060\u202e'])('greets nobody by the name %j', (name) => {
    expect(inEnglish({ user: { ...FACTS.user, name } }).text).toMatch(/^Hello,\n/);
    expect(inLocale('hi-IN', { user: { ...FACTS.user, name } }).text).toMatch(/^नमस्ते,\n/);
  });

  it.each(EVERY_LETTER)('%s %s does without names that are empty', (locale, event) => {
    const theater = { ...FACTS.theater, name: '', city: '' };
    const { subject, text, sms } = inLocale(locale, { event, movie: ' ', screen: '', seats: [], theater });
    expect(`${subject}\n${text}\n${sms}`).not.toMatch(/ {2}|: ?$|: ,|\(,|^, /m);
  });

  it('keeps what Hindi is written with', () => {
    expect(inLocale('hi-IN', { movie: 'क्‍या कहना' }).text).toContain('क्‍या कहना');
  });

  it.each(EVERY_LETTER)('%s %s has an SMS of at most two segments', (locale, event) => {
    const { sms } = inLocale(locale, { event });
    const gsm = /^[\w @.,:()/'+?!-]*$/.test(sms);
    expect(gsm).toBe(locale === 'en-IN');
    expect(smsSegments(sms)).toBeLessThanOrEqual(2);
    expect(sms.length).toBeLessThanOrEqual(gsm ? 2 * 153 : 2 * 67);
  });

  it.each([
    ['Ocean’s “Eleven” – Part Two…', `Ocean's "Eleven" - Part Two...`],
    ['Amélie: ¿Señor Müller?', 'Amélie: ¿Señor Müller?'],
    ['Padmāvat \u00a0Ｘ ﬁnal ½', 'Padmavat X final 1/2'],
    ['The Great Escape [4K] €', 'The Great Escape [4K] €'],
    ['Łódź in São Paulo', 'Lódz in Sao Paulo'.replace('ó', 'o')],
  ])('the title %s takes no other alphabet: %s', (movie, written) => {
    const { sms } = inEnglish({ movie });
    expect(sms).toContain(`for ${written}, Sun`);
    expect(sms).toContain('Refund Rs 333,');
    expect(smsSegments(sms)).toBeLessThanOrEqual(2);
  });

  it.each(['दिलवाले', '寄生虫', 'Москва', '🎬 Movie', 'WALL·E ★'])(
    'the title %s stays as it is, where the GSM alphabet cannot carry it',
    (movie) => {
      const { sms } = inEnglish({ movie });
      expect(sms).toContain(`for ${movie}, Sun`);
      expect(sms).toContain('Refund ₹333,');
      expect(smsSegments(sms)).toBeLessThanOrEqual(3);
    },
  );

  it('shortens a long title in the SMS only, at the end of a letter', () => {
    const movie = 'दिलवाले दुल्हनिया ले जायेंगे और फिर कभी वापस नहीं आयेंगे';
    const { sms, text } = inLocale('hi-IN', { movie });
    expect(text).toContain(movie);
    expect(sms).toContain('(दिलवाले दुल्हनिया..., रवि');
  });
});
