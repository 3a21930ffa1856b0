#include "helm/build_id.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "helm/encoding.hpp"

namespace leadsman::helm {

namespace {

constexpr Elf64_Word k_go_build_id = 4;      // the note's type, as Go's cmd/internal/buildid has it
constexpr size_t k_longest_notes = 1 << 16;  // bytes; real ones are some hundred

template <class T>
bool read_at(std::istream& in, uint64_t offset, T& out) {
  in.seekg(static_cast<std::streamoff>(offset));
  return static_cast<bool>(in.read(reinterpret_cast<char*>(&out), sizeof out));
}

size_t padded(size_t size) { return (size + 3) & ~size_t{3}; }

std::string find_in(std::string_view notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr head;
    std::memcpy(&head, notes.data(), sizeof head);
    notes.remove_prefix(sizeof head);
    const size_t owner_size = padded(head.n_namesz), size = owner_size + padded(head.n_descsz);
    if (size > notes.size()) break;
    const std::string_view owner = notes.substr(0, head.n_namesz);
    if (head.n_type == k_go_build_id && owner.substr(0, owner.find('\0')) == "Go") {
      return std::string(notes.substr(owner_size, head.n_descsz));
    }
    notes.remove_prefix(size);
  }
  return "";
}

std::string read_notes(std::istream& in, const Elf64_Phdr& segment) {
  std::string notes(std::min<size_t>(segment.p_filesz, k_longest_notes), '\0');
  in.seekg(static_cast<std::streamoff>(segment.p_offset));
  return in.read(notes.data(), static_cast<std::streamsize>(notes.size())) ? notes : "";
}

// Empty: no 64-bit ELF file, or none that Go has linked.
std::string go_build_id(std::istream& in) {
  Elf64_Ehdr header;
  if (!read_at(in, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) return "";
  for (Elf64_Half i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    if (!read_at(in, header.e_phoff + uint64_t{i} * sizeof segment, segment)) return "";
    if (segment.p_type != PT_NOTE) continue;
    if (std::string id = find_in(read_notes(in, segment)); !id.empty()) return id;
  }
  return "";
}

}  // namespace

result<std::string> build_id(const std::string& program) {
  std::ifstream in(program, std::ios::binary);
  if (const std::string id = go_build_id(in); !id.empty()) return "go:" + id;
  LEADSMAN_TRY(const std::string digest, sha256_hex_of_file(program));
  return "sha256:" + digest;
}

}  // namespace leadsman::helm
