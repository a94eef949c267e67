/** An answer of the API. */
export interface Answer {
  status: number;
  body: string;
}

/** Why Razorpay refuses a request, in its words. */
export interface Problem {
  description: string;
  /** The field of the request that is wrong. */
  field?: string;
}

export function json(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) };
}

/** An error in Razorpay's shape, as https://razorpay.com/docs/api/refunds/create-normal shows it. */
export function refuse({ description, field }: Problem, status = 400): Answer {
  const found = status === 400;
  const error = {
    code: status < 500 ? 'BAD_REQUEST_ERROR' : 'SERVER_ERROR',
    description,
    source: found ? 'business' : 'NA',
    step: found ? 'payment_initiation' : 'NA',
    reason: found ? 'input_validation_failed' : 'NA',
    metadata: {},
    ...(field === undefined ? {} : { field }),
  };
  return { status, body: JSON.stringify({ error }) };
}
