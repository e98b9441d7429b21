# Edge-corrected densities (Jones-Diggle) of R's spatstat, as constants for the tests.
# Run in this folder: Rscript density.R
# sigma is the standard deviation along an axis for every kernel there; a radius h is
# sigma * sqrt(8) for the quartic and sigma * sqrt(6) for the Epanechnikov kernel.
suppressPackageStartupMessages(library(spatstat.explore))

window <- owin(poly = list(
  x = c(0, 700, 1000, 820, 1000, 500, 320, 0),
  y = c(0, 120, 60, 400, 800, 690, 800, 500)))
set.seed(20)
points <- runifpoint(40, window)
points <- ppp(round(points$x, 1), round(points$y, 1), window = window)
sigma <- 90
cell <- 10

rows <- NULL
for (kernel in c("gaussian", "quartic", "epanechnikov")) {
  surface <- density(points, sigma = sigma, kernel = kernel, edge = TRUE, diggle = TRUE,
                     eps = cell)
  at <- expand.grid(x = surface$xcol[seq(5, surface$dim[2], 12)],
                    y = surface$yrow[seq(5, surface$dim[1], 12)])
  at <- at[inside.owin(at$x, at$y, window), ]
  value <- surface[list(x = at$x, y = at$y)]
  rows <- rbind(rows, data.frame(kernel = kernel, easting = at$x, northing = at$y,
                                 density_per_km2 = value * 1e6))
  cat(kernel, "integrates to", integral(surface), "\n")
}
write.csv(rows, "densities.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(easting = points$x, northing = points$y), "points.csv",
          row.names = FALSE, quote = FALSE)

# Width of Venables and Ripley, written out: MASS need not be installed.
nrd <- function(x) {
  r <- quantile(x, c(0.25, 0.75))
  4 * 1.06 * min(sqrt(var(x)), (r[2] - r[1]) / 1.34) * length(x)^(-1 / 5)
}
both <- if (requireNamespace("MASS", quietly = TRUE)) MASS::bandwidth.nrd else nrd
write.csv(data.frame(axis = c("easting", "northing"),
                     width_m = c(both(points$x), both(points$y))),
          "bandwidth.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "; spatstat.explore", as.character(packageVersion("spatstat.explore")),
    "; MASS", requireNamespace("MASS", quietly = TRUE), "\n")
