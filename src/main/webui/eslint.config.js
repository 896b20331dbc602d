import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['dist/', 'node_modules/', 'eslint.config.js'] },
    js.configs.recommended,
    ...tseslint.configs.strictTypeChecked,
    {
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
            '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
            '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
            'no-eval': 'error',
            'no-restricted-syntax': [
                'error',
                { selector: "JSXAttribute[name.name='style']", message: 'The page allows no inline style.' },
                { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'No markup from text.' },
            ],
        },
    },
);
