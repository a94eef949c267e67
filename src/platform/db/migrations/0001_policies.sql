-- The two policies of the specification. A further policy is one more INSERT like these; a changed one is a new version.
insert into cancellation_policies (id, name, version, cutoff_minutes, tier_over_minutes, tier_fee_bps)
values
  ('policy-flat-10-v1', 'FLAT_10', 1, 60, '{0}', '{1000}'),
  ('policy-tiered-10-20-v1', 'TIERED_10_20', 1, 60, '{1440,0}', '{1000,2000}');
