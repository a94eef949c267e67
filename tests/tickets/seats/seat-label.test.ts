import { expect, test } from 'vitest';
import { bySeat } from '../../../src/tickets/seats/seat-label.ts';

test('a hall is sorted row by row, for any names of rows', () => {
  const hall = ['AA 1', 'B 10', 'Z 1', 'B 9', '11 1', '2 1', '1 12', '1 2'].map((seat) => {
    const [row = '', number = ''] = seat.split(' ');
    return { row, number };
  });
  const order = hall.toSorted(bySeat).map(({ row, number }) => `${row} ${number}`);
  expect(order).toEqual(['1 2', '1 12', '2 1', 'B 9', 'B 10', 'Z 1', '11 1', 'AA 1']);
});
