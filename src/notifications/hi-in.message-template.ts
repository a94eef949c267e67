import { shorten } from '../platform/text/plain-text.ts';
import type { MessageTemplate } from './message-template.ts';

export const hindiTemplate: MessageTemplate = (facts, { rupees, time, day }) => {
  const { ticketId, movie, theater, refund } = facts;
  const show = time(facts.showStart, theater.timeZone);
  const fact = (label: string, value: string) => ({ label, value });
  const ticket = [
    fact('टिकट', ticketId),
    fact('फ़िल्म', movie),
    fact('शो', show),
    fact('सिनेमाघर', [theater.name, theater.city].filter(Boolean).join(', ')),
    fact('स्क्रीन', facts.screen),
    fact('सीटें', facts.seats.join(', ')),
  ];
  const money = [
    fact('भुगतान', rupees(facts.paid)),
    fact('रद्द करने का शुल्क', rupees(facts.fee)),
    fact('रिफ़ंड', rupees(refund)),
  ];
  const seats = `${facts.seats.length === 1 ? 'सीट' : 'सीटें'} ${facts.seats.join(', ')}`;
  /** What was cancelled. */
  const cancelled = facts.isOfSeats ? `टिकट ${ticketId} की रद्द ${seats}` : `रद्द टिकट ${ticketId}`;
  const named = facts.isOfSeats ? `टिकट ${ticketId} (${shorten(seats, 40)})` : `टिकट ${ticketId}`;
  const forSeats = facts.isOfSeats ? `${shorten(seats, 60)} के लिए ` : '';
  const greeting = facts.user.name ? `नमस्ते ${facts.user.name},` : 'नमस्ते,';

  const expected = `${day(facts.etaFrom)} से ${day(facts.etaTo)} के बीच (${facts.etaBusinessDays} कार्य दिवस)`;
  const goesBack = `${rupees(refund)} उसी माध्यम में वापस जाएंगे जिससे आपने भुगतान किया था। ये ${expected} मिलने चाहिए।`;

  switch (facts.event) {
    case 'SEATS_CANCELLED': {
      const kept = facts.seatsKept.join(', ');
      return {
        subject: `${shorten(movie, 100)}, ${show}: ${shorten(seats, 60)} रद्द`,
        greeting,
        paragraphs: [
          `${movie} के आपके टिकट ${ticketId} की ${seats} रद्द ${facts.seats.length === 1 ? 'हो गई है' : 'हो गई हैं'}।`,
          ...(kept ? [`टिकट ${kept} के लिए मान्य है। इसका QR कोड वही रहेगा।`] : []),
          refund > 0n ? goesBack : 'इसका कोई रिफ़ंड नहीं है।',
        ],
        facts: [...ticket, ...(kept ? [fact('बाकी सीटें', kept)] : []), ...money],
        sms: `Usher: टिकट ${ticketId} की ${shorten(seats, 40)} रद्द। ${
          refund > 0n ? `${rupees(refund)} रिफ़ंड ${day(facts.etaTo)} तक।` : 'कोई रिफ़ंड नहीं है।'
        }`,
      };
    }
    case 'TICKET_CANCELLED': {
      const nothing =
        facts.paid > 0n
          ? 'रद्द करने का शुल्क आपके पूरे भुगतान के बराबर है, इसलिए कोई रिफ़ंड नहीं है।'
          : 'इसके लिए आपने कोई भुगतान नहीं किया था, इसलिए कोई रिफ़ंड नहीं है।';
      return {
        subject: `आपका टिकट रद्द हो गया है: ${shorten(movie, 100)}, ${show}`,
        greeting,
        paragraphs: [`${movie} का आपका टिकट ${ticketId} रद्द हो गया है।`, refund > 0n ? goesBack : nothing],
        facts: [...ticket, ...money],
        // An SMS segment holds only 67 Devanagari characters.
        sms: `Usher: टिकट ${ticketId} (${shorten(movie, 20)}, ${show}) रद्द। ${
          refund > 0n ? `${rupees(refund)} रिफ़ंड ${day(facts.etaTo)} तक।` : 'कोई रिफ़ंड नहीं है।'
        }`,
      };
    }
    case 'REFUND_PROCESSED': {
      const { bankReference } = facts;
      return {
        subject: `आपका ${forSeats}${rupees(refund)} का रिफ़ंड भेज दिया गया है`,
        greeting,
        paragraphs: [
          `आपके ${cancelled} के ${rupees(refund)} उसी माध्यम में भेज दिए गए हैं जिससे आपने भुगतान किया था।`,
          `आपके बैंक को इसे दिखाने में कुछ दिन लग सकते हैं।${bankReference ? ' नीचे दिए संदर्भ से बैंक इसे खोज सकता है।' : ''}`,
        ],
        facts: [...(bankReference ? [fact('बैंक संदर्भ', bankReference)] : []), ...money, ...ticket],
        sms: `Usher: ${named} का ${rupees(refund)} रिफ़ंड भेज दिया गया है।${
          bankReference ? ` बैंक संदर्भ: ${shorten(bankReference, 40)}` : ''
        }`,
      };
    }
    case 'REFUND_FAILED':
      return {
        subject: `आपका ${forSeats}${rupees(refund)} का रिफ़ंड नहीं हो पाया`,
        greeting,
        paragraphs: [
          `आपके ${cancelled} का ${rupees(refund)} का रिफ़ंड नहीं हो पाया।`,
          ...(facts.failureReason ? [`कारण: ${facts.failureReason}`] : []),
          `हमारी टीम भी इसे देख रही है। सहायता से संपर्क करते समय टिकट ${ticketId} बताएं।`,
        ],
        facts: [...money, ...ticket],
        sms: `Usher: ${named} का ${rupees(refund)} रिफ़ंड नहीं हो पाया। कृपया सहायता से संपर्क करें और टिकट बताएं।`,
      };
  }
};
