// SPDX-License-Identifier: MIT
#include "matrix.hpp"

#include <string>

#include "csv.hpp"
#include "matrix_market.hpp"
#include "npy.hpp"
#include "text.hpp"

namespace io {

Format format_of(const std::filesystem::path& file) {
    std::filesystem::path name = file.filename();
    if (lower(name.extension().string()) == ".gz") name = name.stem();
    const std::string end = lower(name.extension().string());
    for (const Format format : {Format::npy, Format::mtx, Format::csv}) {
        if (end == extension(format)) return format;
    }
    throw Error(file, {}, "expected a name that ends in .mtx, .npy or .csv, a further .gz apart");
}

std::string_view extension(Format format) {
    switch (format) {
        case Format::npy: return ".npy";
        case Format::mtx: return ".mtx";
        case Format::csv: break;
    }
    return ".csv";
}

template <class S>
AnyMatrix<S> read_matrix(const std::filesystem::path& file, const TableRules& rules,
                         const Say& say) {
    switch (format_of(file)) {
        case Format::npy: return read_npy<S>(file);
        case Format::mtx: return read_matrix_market<S>(file);
        case Format::csv: break;
    }
    return read_csv<S>(file, rules, say);
}

template <class S>
Dense<S> read_dense(const std::filesystem::path& file, const Say& say) {
    AnyMatrix<S> matrix = read_matrix<S>(file, {}, say);
    if (const auto* sparse = std::get_if<Sparse<S>>(&matrix)) return Dense<S>(*sparse);
    return std::get<Dense<S>>(std::move(matrix));
}

template <class S>
void write_matrix(const std::filesystem::path& file, const Dense<S>& matrix) {
    switch (format_of(file)) {
        case Format::npy: return write_npy(file, matrix);
        case Format::mtx: return write_matrix_market(file, matrix);
        case Format::csv: break;
    }
    write_csv(file, matrix);
}

template AnyMatrix<float> read_matrix<float>(const std::filesystem::path&, const TableRules&,
                                             const Say&);
template AnyMatrix<double> read_matrix<double>(const std::filesystem::path&, const TableRules&,
                                               const Say&);
template Dense<float> read_dense<float>(const std::filesystem::path&, const Say&);
template Dense<double> read_dense<double>(const std::filesystem::path&, const Say&);
template void write_matrix<float>(const std::filesystem::path&, const Dense<float>&);
template void write_matrix<double>(const std::filesystem::path&, const Dense<double>&);

}  // namespace io
