"""How we speak in public: a living page in versions, and who has read which."""
