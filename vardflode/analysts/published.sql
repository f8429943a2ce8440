-- Macros for the commonest questions on what is published: called as tables, `from flow('SJ')`.
-- Windows of cohorts stand by themselves; a missing number says why in `status`.

-- The whole flow of a degree in each window.
create or replace macro flow(of_degree) as table
    select
        flow.cohort_from,
        flow.cohort_to,
        measures.position,
        flow.measure_sv,
        flow.measure_en,
        flow.numerator,
        flow.denominator,
        round(100 * flow.share, 1) as per_cent,
        flow.status
    from labelled.flow_measures as flow
    inner join kodverk.measures as measures using (measure)
    where flow.degree_code = of_degree and flow.breakdown = 'total'
    order by flow.cohort_from, measures.position;

-- One measure of a degree by sex, age_group, institution, study_county, home_county, ...
create or replace macro flow_by(of_degree, of_measure, by_attribute) as table
    select
        cohort_from,
        cohort_to,
        breakdown_value_sv,
        breakdown_value_en,
        numerator,
        denominator,
        round(100 * share, 1) as per_cent,
        status
    from labelled.flow_measures
    where degree_code = of_degree and measure = of_measure and breakdown = by_attribute
    order by cohort_from, breakdown_value;

-- One measure for every degree, in each window.
create or replace macro degrees_compared(of_measure) as table
    select
        cohort_from,
        cohort_to,
        degree_sv,
        degree_en,
        numerator,
        denominator,
        round(100 * share, 1) as per_cent,
        status
    from labelled.flow_measures
    where measure = of_measure and breakdown = 'total'
    order by cohort_from, per_cent desc nulls last, degree_sv;
