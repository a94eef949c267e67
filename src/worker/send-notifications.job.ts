import { sendNotification } from '../notifications/send-notification.ts';
import { notificationChannel } from '../platform/db/tables/index.ts';
import { defineJob } from './define-job.ts';

export const sendNotificationsJob = defineJob('send-notifications', async (services, key) => {
  for (const channel of notificationChannel.enumValues) await sendNotification(services, { ...key, channel });
});
