# SPDX-License-Identifier: MIT
# An R package on V, W and H' in a folder: r_packages.R FOLDER PACKAGE RANK LOSS ITERATIONS PREFIT
# Writes the factors there, and fastTopics' progress; prints the seconds, and whose start it was.
suppressMessages(library(Matrix))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
package <- arguments[2]
rank <- as.integer(arguments[3])
loss <- arguments[4]
iterations <- as.integer(arguments[5])
prefit <- as.integer(arguments[6])

path <- function(name) file.path(folder, name)
read_matrix <- function(name) unname(as.matrix(read.csv(path(name), header = FALSE)))
write_matrix <- function(x, name)
  write.table(format(as.matrix(x), digits = 17, trim = TRUE), path(name), sep = ",", quote = FALSE,
              row.names = FALSE, col.names = FALSE)

V <- if (file.exists(path("v.mtx"))) as(readMM(path("v.mtx")), "CsparseMatrix") else
  read_matrix("v.csv")
W0 <- read_matrix("w.csv")
Ht0 <- read_matrix("ht.csv")
start <- "own"

run_nmf <- function() {
  suppressMessages(library(NMF))
  method <- if (loss == "kl") "brunet" else "lee"
  V <- as.matrix(V)
  start <<- "same"
  seconds <- system.time(m <- NMF::nmf(V, rank, method, seed = nmfModel(W = W0, H = t(Ht0)),
                                       nrun = 1, .options = "-p", .stop = iterations,
                                       maxIter = iterations))[["elapsed"]]
  list(W = basis(m), Ht = t(coef(m)), seconds = seconds)
}

run_rcppml <- function() {
  if (exists("setRcppMLthreads", asNamespace("RcppML"))) RcppML::setRcppMLthreads(1)
  options(RcppML.threads = 1)
  V <- as(V, "CsparseMatrix")
  fit <- function(seed)
    RcppML::nmf(V, rank, tol = 0, maxit = iterations, verbose = FALSE, seed = seed)
  # Version 0.3.7 takes no matrix as its seed.
  seconds <- system.time(m <- tryCatch({
    m <- fit(W0)
    start <<- "same"
    m
  }, error = function(e) NULL))[["elapsed"]]
  if (is.null(m)) seconds <- system.time(m <- fit(1))[["elapsed"]]
  part <- function(name) if (isS4(m)) methods::slot(m, name) else m[[name]]
  list(W = part("w") %*% diag(part("d")), Ht = t(part("h")), seconds = seconds)
}

# V has a document in each row, so that W holds the loadings, and H' the factors.
run_fast_topics <- function() {
  library(fastTopics)
  start <<- "same"
  fit <- init_poisson_nmf(V, F = Ht0, L = W0, control = list(nc = 1))
  if (prefit > 0)
    fit <- fit_poisson_nmf(V, fit0 = fit, numiter = prefit, method = "em", control = list(nc = 1),
                           verbose = "none")
  fit <- fit_poisson_nmf(V, fit0 = fit, numiter = iterations, method = "scd",
                         control = list(nc = 1, extrapolate = TRUE), verbose = "none")
  write_matrix(fit$progress[, c("loglik", "timing")], "progress.csv")
  list(W = fit$L, Ht = fit$F, seconds = sum(fit$progress$timing))
}

result <- switch(package, NMF = run_nmf(), RcppML = run_rcppml(), fastTopics = run_fast_topics())
write_matrix(result$W, "rw.csv")
write_matrix(result$Ht, "rht.csv")
cat(result$seconds, start)
