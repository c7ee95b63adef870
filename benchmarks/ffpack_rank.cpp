// The peer of benchmarks/bench_rank.py: one dense rank modulo p by FFLAS-FFPACK, one thread, ModularBalanced<double>.
//
//   g++ -O3 -march=native ffpack_rank.cpp -o ffpack_rank -lgivaro -lgmpxx -lgmp -lopenblas
//   ./ffpack_rank FILE N P
//
// FILE holds N*N little-endian int64 entries in row order. Prints "rank seconds"; the conversion to residues, and a
// warm-up on the leading block of the matrix, are not in the seconds.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fflas-ffpack/fflas-ffpack-config.h>
#include <givaro/modular-balanced.h>
#include <fflas-ffpack/fflas-ffpack.h>

using Field = Givaro::ModularBalanced<double>;

static std::vector<int64_t> read_entries(const char* path, size_t count) {
    std::vector<int64_t> entries(count);
    FILE* file = std::fopen(path, "rb");
    if (!file || std::fread(entries.data(), sizeof(int64_t), count, file) != count) {
        std::fprintf(stderr, "ffpack_rank: cannot read %zu entries of %s\n", count, path);
        std::exit(1);
    }
    std::fclose(file);
    return entries;
}

// The rank of the leading size x size block of a matrix with n columns.
static size_t rank_of_block(const Field& field, const std::vector<int64_t>& entries, size_t n, size_t size,
                            double& seconds) {
    Field::Element_ptr block = FFLAS::fflas_new(field, size, size);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++) field.init(block[i * size + j], entries[i * n + j]);
    auto start = std::chrono::steady_clock::now();
    size_t rank = FFPACK::Rank(field, size, size, block, size);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    FFLAS::fflas_delete(block);
    return rank;
}

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: ffpack_rank FILE N P\n");
        return 2;
    }
    size_t n = std::strtoull(argv[2], nullptr, 10);
    Field field(std::strtoll(argv[3], nullptr, 10));
    std::vector<int64_t> entries = read_entries(argv[1], n * n);
    double seconds = 0;
    rank_of_block(field, entries, n, std::min<size_t>(n, 500), seconds);
    size_t rank = rank_of_block(field, entries, n, n, seconds);
    std::printf("%zu %.6f\n", rank, seconds);
    return 0;
}
