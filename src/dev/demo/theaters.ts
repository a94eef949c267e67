import type { LayoutName } from './seat-layout.ts';

export const CITIES = [
  { id: 'city-mumbai', name: 'Mumbai' },
  { id: 'city-delhi', name: 'Delhi' },
  { id: 'city-bengaluru', name: 'Bengaluru' },
  { id: 'city-hyderabad', name: 'Hyderabad' },
  { id: 'city-chennai', name: 'Chennai' },
  { id: 'city-kolkata', name: 'Kolkata' },
] as const;

/** Paise per seat. */
const PRICES = {
  standard: { GOLD: 180_00n, DIAMOND: 240_00n, PLATINUM: 360_00n },
  metro: { GOLD: 200_00n, DIAMOND: 280_00n, PLATINUM: 420_00n },
  premium: { GOLD: 250_00n, DIAMOND: 350_00n, PLATINUM: 600_00n },
};

export interface DemoTheater {
  /** The ids are theater-<slug> and screen-<slug>-<n>. */
  slug: string;
  cityId: (typeof CITIES)[number]['id'];
  name: string;
  address: string;
  prices: keyof typeof PRICES;
  screens: readonly LayoutName[];
}

// biome-ignore format: a table
export const THEATERS: readonly DemoTheater[] = [
  { slug: 'pvr-phoenix-palladium', cityId: 'city-mumbai', name: 'PVR Phoenix Palladium', address: 'High Street Phoenix, Lower Parel, Mumbai 400013', prices: 'metro', screens: ['grand', 'classic'] },
  { slug: 'inox-nariman-point', cityId: 'city-mumbai', name: 'INOX Nariman Point', address: 'CR2 Mall, Barrister Rajni Patel Marg, Nariman Point, Mumbai 400021', prices: 'premium', screens: ['classic', 'intimate'] },
  { slug: 'pvr-select-citywalk', cityId: 'city-delhi', name: 'PVR Select Citywalk', address: 'A-3 District Centre, Saket, New Delhi 110017', prices: 'premium', screens: ['classic', 'wide'] },
  { slug: 'pvr-plaza', cityId: 'city-delhi', name: 'PVR Plaza', address: 'H Block, Connaught Place, New Delhi 110001', prices: 'metro', screens: ['wide', 'intimate'] },
  { slug: 'pvr-orion-mall', cityId: 'city-bengaluru', name: 'PVR Orion Mall', address: 'Dr Rajkumar Road, Rajajinagar, Bengaluru 560055', prices: 'metro', screens: ['classic', 'classic'] },
  { slug: 'prasads', cityId: 'city-hyderabad', name: 'Prasads Multiplex', address: 'NTR Marg, Khairatabad, Hyderabad 500063', prices: 'metro', screens: ['grand', 'wide'] },
  { slug: 'sathyam', cityId: 'city-chennai', name: 'Sathyam Cinemas', address: '8 Thiru Vi Ka Road, Royapettah, Chennai 600014', prices: 'standard', screens: ['classic', 'intimate'] },
  { slug: 'inox-south-city', cityId: 'city-kolkata', name: 'INOX South City', address: 'South City Mall, 375 Prince Anwar Shah Road, Kolkata 700068', prices: 'standard', screens: ['wide', 'intimate'] },
];

export interface DemoScreen {
  id: string;
  theaterId: string;
  name: string;
  layout: LayoutName;
  prices: (typeof PRICES)[keyof typeof PRICES];
}

export const SCREENS: readonly DemoScreen[] = THEATERS.flatMap((theater) =>
  theater.screens.map((layout, index) => ({
    id: `screen-${theater.slug}-${index + 1}`,
    theaterId: `theater-${theater.slug}`,
    name: `Screen ${index + 1}`,
    layout,
    prices: PRICES[theater.prices],
  })),
);
