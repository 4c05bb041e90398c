"""What is timed, and against what. Ratios, not seconds: machines differ.

``python -m benchmarks`` prints the table of all that is compared at the sizes that take minutes;
``--help`` says what else there is. The parts: ``_shape``, ``_texts``, ``_factsheets`` and
``_generate`` make packages of any size; ``_fixtures`` what the steps work on; ``_steps`` and
``_programs`` are what is timed; ``_plan`` says what beside what, and the targets; ``_run`` runs
it; ``_results`` keeps it; ``_page`` shows it. ``edits`` is a search for faults, not a comparison.
"""
