import type { seatType } from '../../platform/db/tables/index.ts';

export type SeatType = (typeof seatType.enumValues)[number];
export type LayoutName = keyof typeof LAYOUTS;

interface Block {
  seatType: SeatType;
  rows: number;
  seatsPerRow: number;
}

/** Blocks of equal rows, from the front. */
const LAYOUTS = {
  intimate: [
    { seatType: 'GOLD', rows: 4, seatsPerRow: 10 },
    { seatType: 'DIAMOND', rows: 4, seatsPerRow: 12 },
    { seatType: 'PLATINUM', rows: 2, seatsPerRow: 10 },
  ],
  classic: [
    { seatType: 'GOLD', rows: 5, seatsPerRow: 10 },
    { seatType: 'DIAMOND', rows: 4, seatsPerRow: 12 },
    { seatType: 'PLATINUM', rows: 2, seatsPerRow: 12 },
  ],
  wide: [
    { seatType: 'GOLD', rows: 4, seatsPerRow: 14 },
    { seatType: 'DIAMOND', rows: 4, seatsPerRow: 16 },
    { seatType: 'PLATINUM', rows: 2, seatsPerRow: 12 },
  ],
  grand: [
    { seatType: 'GOLD', rows: 6, seatsPerRow: 12 },
    { seatType: 'DIAMOND', rows: 5, seatsPerRow: 14 },
    { seatType: 'PLATINUM', rows: 3, seatsPerRow: 10 },
  ],
} as const satisfies Record<string, readonly Block[]>;

/** Without I and O, which look like digits. */
const ROWS = [...'ABCDEFGHJKLMNP'];

export interface DemoSeat {
  id: string;
  screenId: string;
  row: string;
  number: string;
  seatType: SeatType;
  /** Paise for any show. */
  price: bigint;
  /** Reserved for the theater: BLOCKED in every show. */
  isHouseSeat: boolean;
}

interface Screen {
  id: string;
  layout: LayoutName;
  prices: Record<SeatType, bigint>;
}

export function seatsOf(screen: Screen): DemoSeat[] {
  const rows = LAYOUTS[screen.layout].flatMap((block) => Array<Block>(block.rows).fill(block));
  return rows.flatMap(({ seatType, seatsPerRow }, rowIndex) =>
    Array.from({ length: seatsPerRow }, (_, index) => {
      const row = ROWS[rowIndex] ?? '';
      return {
        id: `seat-${screen.id.replace('screen-', '')}-${row}${index + 1}`,
        screenId: screen.id,
        row,
        number: String(index + 1),
        seatType,
        price: screen.prices[seatType],
        isHouseSeat: rowIndex === rows.length - 1 && Math.abs(index - (seatsPerRow - 1) / 2) < 1,
      };
    }),
  );
}
