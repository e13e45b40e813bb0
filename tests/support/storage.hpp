// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The same numbers in every form that Eigen has for them.

#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Dense>
#include <Eigen/SparseCore>

#include <nmf/core/types.hpp>

namespace storage {

template <class S>
using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Calls visit(name, v) with `matrix` as forms whose entries lie in memory.
template <class S, class F>
void dense_in_memory(const nmf::Matrix<S>& matrix, const F& visit) {
    using nmf::Index;
    using nmf::Matrix;
    const Index rows = matrix.rows();
    const Index cols = matrix.cols();
    visit("Matrix", matrix);
    const RowMajor<S> by_rows = matrix;
    visit("row-major Matrix", by_rows);
    visit("Map", Eigen::Map<const Matrix<S>>(matrix.data(), rows, cols));

    // Entries two apart in columns that are more than 2 rows apart.
    using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    std::vector<S> spread(static_cast<std::size_t>((2 * rows + 3) * cols), S(-1));
    Eigen::Map<Matrix<S>, 0, Strides> strided(spread.data(), rows, cols, {2 * rows + 3, 2});
    strided = matrix;
    visit("Map with strides", strided);
    Eigen::Map<RowMajor<S>, 0, Strides> strided_rows(spread.data(), cols, rows, {2 * rows + 3, 2});
    visit("transposed row-major Map with strides", strided_rows.transpose());

    Matrix<S> frame = Matrix<S>::Constant(rows + 5, cols + 4, S(-1));
    frame.block(3, 2, rows, cols) = matrix;
    visit("Block", frame.block(3, 2, rows, cols));
    const Eigen::Ref<const Matrix<S>> ref(frame.block(3, 2, rows, cols));
    visit("Ref", ref);
    RowMajor<S> frame_rows = frame;
    visit("row-major Block", frame_rows.block(3, 2, rows, cols));
    const Matrix<S> turned = matrix.transpose();
    visit("transpose", turned.transpose());
    const Eigen::Array<S, Eigen::Dynamic, Eigen::Dynamic> array = matrix;
    visit("Array", array);
}

/// Calls visit(name, v) with `matrix` as expressions that are computed on the way.
template <class S, class F>
void expressions(const nmf::Matrix<S>& matrix, const F& visit) {
    using Other = std::conditional_t<std::is_same_v<S, float>, double, float>;
    visit("entrywise expression", -(-matrix).reverse().colwise().reverse().rowwise().reverse());
    const nmf::Matrix<Other> other = matrix.template cast<Other>();
    visit("cast", other.template cast<S>());
    const nmf::Matrix<S> identity = nmf::Matrix<S>::Identity(matrix.cols(), matrix.cols());
    visit("product", matrix * identity);
}

/// Calls visit(name, v) with the non-zero entries of `matrix`, indices of type I.
template <class I, class S, class F>
void sparse_with_index(const nmf::Matrix<S>& matrix, const std::string& index, const F& visit) {
    using Cols = Eigen::SparseMatrix<S, Eigen::ColMajor, I>;
    using Rows = Eigen::SparseMatrix<S, Eigen::RowMajor, I>;
    const Cols by_cols = matrix.sparseView();
    const Rows by_rows = matrix.sparseView();
    visit("SparseMatrix, " + index, by_cols);
    visit("row-major SparseMatrix, " + index, by_rows);

    const auto gaps = [&](auto loose) {
        loose.reserve(nmf::Vector<int>::Constant(loose.outerSize(),
                                                 3 + 2 * static_cast<int>(loose.innerSize())));
        for (nmf::Index j = 0; j < matrix.cols(); ++j) {
            for (nmf::Index i = 0; i < matrix.rows(); ++i) {
                if (matrix(i, j) != S(0)) loose.insert(i, j) = matrix(i, j);
            }
        }
        return loose;
    };
    const Cols loose_cols = gaps(Cols(matrix.rows(), matrix.cols()));
    const Rows loose_rows = gaps(Rows(matrix.rows(), matrix.cols()));
    visit("uncompressed, " + index, loose_cols);
    visit("row-major uncompressed, " + index, loose_rows);
    visit("Map of a SparseMatrix, " + index,
          Eigen::Map<const Cols>(matrix.rows(), matrix.cols(), by_cols.nonZeros(),
                                 by_cols.outerIndexPtr(), by_cols.innerIndexPtr(),
                                 by_cols.valuePtr()));
    visit("Map of a row-major SparseMatrix, " + index,
          Eigen::Map<const Rows>(matrix.rows(), matrix.cols(), by_rows.nonZeros(),
                                 by_rows.outerIndexPtr(), by_rows.innerIndexPtr(),
                                 by_rows.valuePtr()));
}

/// Further sparse forms, with int indices.
template <class S, class F>
void other_sparse(const nmf::Matrix<S>& matrix, const F& visit) {
    using Cols = Eigen::SparseMatrix<S>;
    const Cols stored = matrix.sparseView();
    const Cols turned = stored.transpose();
    visit("transpose of a SparseMatrix", turned.transpose());
    const Eigen::Ref<const Cols> ref(stored);
    visit("Ref of a SparseMatrix", ref);
    visit("sparse expression", S(0.5) * (stored + stored));
    nmf::Matrix<S> wider = nmf::Matrix<S>::Constant(matrix.rows(), matrix.cols() + 5, S(-1));
    wider.middleCols(2, matrix.cols()) = matrix;
    const Cols wide = wider.sparseView();
    visit("columns of a SparseMatrix", wide.middleCols(2, matrix.cols()));
    // Zeros that are stored.
    Cols zeros = matrix.sparseView();
    for (nmf::Index i = 0; i < matrix.rows(); ++i) zeros.coeffRef(i, 0) += S(0);
    visit("SparseMatrix with stored zeros", zeros);
}

}  // namespace storage
