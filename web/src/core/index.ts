/**
 * What the editor knows without React and without a browser: the document, its commands, the type
 * rules, geometry and search. Everything outsiders use is exported here, and nothing else.
 */
export const FORMAT = 1;
