-- Who stands in the register of employment but not among the persons: a model of its own, as
-- `int_unknown_in_residence`.
{{ persons_unknown('bas', 'sysselsattning', 'stg_bas__employment') }}
