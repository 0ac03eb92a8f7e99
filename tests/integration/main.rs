//! Everything that is tested from outside: the command, the pack, real borders, reference numbers.

mod alignments;
mod bad_input;
mod borders;
mod browser;
mod cases;
mod columnar;
mod diff;
mod events;
mod extreme;
mod forms;
mod geopackage;
mod geopandas;
mod hostile;
mod kml;
mod layers;
mod mutants;
mod postgis;
mod qgis;
mod reference;
mod references;
mod statistics;
mod style;
mod support;
mod vector_files;
mod webdriver;
