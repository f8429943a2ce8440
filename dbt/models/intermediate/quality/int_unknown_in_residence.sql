-- Who is resident but not among the persons. A model of its own: the largest tables grow by a year at a time,
-- and what is warned of in the others need not be looked for again.
{{ persons_unknown('rtb', 'folkbokforing', 'stg_rtb__residence') }}
