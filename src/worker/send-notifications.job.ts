import { sendNotification } from '../notifications/send-notification.ts';
import { notificationChannel } from '../platform/db/tables/index.ts';
import { defineJob } from './define-job.ts';

/** Sends by all channels concurrently: an SMS does not wait for a mail server that hangs. */
export const sendNotificationsJob = defineJob('send-notifications', async (services, key) => {
  const send = (channel: (typeof notificationChannel.enumValues)[number]) =>
    sendNotification(services, { ...key, channel });
  const sent = await Promise.allSettled(notificationChannel.enumValues.map(send));
  for (const one of sent) if (one.status === 'rejected') throw one.reason;
});
