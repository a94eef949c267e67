export * from './cancellations.ts';
export * from './catalogue.ts';
export * from './database-environment.ts';
export * from './notifications.ts';
export * from './payments.ts';
export * from './policies.ts';
export * from './tickets.ts';
